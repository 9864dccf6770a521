"""Work orders 施工單: installation, maintenance and repair jobs, their materials and installers."""
