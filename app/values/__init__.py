"""Pure values and words: money, periods, dates, choices, errors. Imports nothing else of the application."""
