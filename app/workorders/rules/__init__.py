"""Rules of work orders: pure, with a page of worked numbers each."""
