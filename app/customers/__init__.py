"""Customers 客戶: people and firms, how a cashier finds them, and which units they occupy 入住记录 / sử dụng mặt bằng."""
