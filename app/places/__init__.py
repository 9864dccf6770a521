"""Places: communities 小區, buildings 楼宇 / tòa nhà, their units 房屋 / mặt bằng, and the facts of a unit that tariffs ask for 计费参数."""
