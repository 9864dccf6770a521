"""What every domain stands on: database, scope, transactions, pages, papers, exports, jobs."""
