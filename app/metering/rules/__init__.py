"""The rules of metering, one file each: values in, values out; no session, no Flask, no clock.

Each file names the customer's own word for its rule; docs/rules/ explains them with worked numbers.
"""
