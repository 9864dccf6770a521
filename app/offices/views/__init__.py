"""Pages of offices, employees, users and their sign-ins."""
