"""Places: communities 小區, buildings 楼宇 / tòa nhà, their units 房屋 / mặt bằng, and what tariffs ask of a unit 计费参数."""
