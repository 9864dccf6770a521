"""The paper of work orders: frozen content in, PDF out. Nothing here reads the database."""
