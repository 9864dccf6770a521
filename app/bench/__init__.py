"""``run.py bench``: how fast the program is, measured on a city's worth of rows in a database of its own.

It stands beside the demonstration on top of the house: it uses the application as its people do and is used by nobody.
"""

from app.wiring import import_models

# First of all: modules of the measurements make statements when they are imported, and those look at every table there is.
import_models()
