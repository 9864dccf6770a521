"""The three demonstration offices."""

from app.demonstration.places.hanoi import HANOI
from app.demonstration.places.hong_kong import HONG_KONG
from app.demonstration.places.shenzhen import SHENZHEN

OFFICES = (SHENZHEN, HONG_KONG, HANOI)

__all__ = ["HANOI", "HONG_KONG", "OFFICES", "SHENZHEN"]
