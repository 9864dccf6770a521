"""Rules of signing in: values in, values out; no database, no request."""
