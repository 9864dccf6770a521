"""Rules of places: pure, values in and values out."""
