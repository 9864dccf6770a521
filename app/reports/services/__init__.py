"""Reports of the services of buildings 楼宇服务报表 / báo cáo dịch vụ tòa nhà: what was used, charged and collected, and what is missing.

One statement each, over the offices it is given; what was voided or withdrawn counts nowhere.
"""
