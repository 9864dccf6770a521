"""Customers 客戶: people and firms, and how a cashier finds them."""
