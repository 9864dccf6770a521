"""Work orders: their steps, materials, fees, money and effects."""
