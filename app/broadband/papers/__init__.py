"""The papers of operations on a line: frozen content in, PDF out. Nothing here reads the database."""
