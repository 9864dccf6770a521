"""What a row is called where another row names it: in a list, on a record, in the history of changes."""

from __future__ import annotations

from flask import Flask
from sqlalchemy.orm import RelationshipDirection, configure_mappers

from app.foundation.database import Record


def test_every_row_that_another_one_names_says_what_it_is_called(app: Flask) -> None:
    configure_mappers()
    nameless = {
        relation.mapper.class_.__name__
        for mapper in Record.registry.mappers
        for relation in mapper.relationships
        if relation.direction is RelationshipDirection.MANYTOONE
        and relation.mapper.class_.__module__.startswith("app.")
        and relation.mapper.class_.__str__ is object.__str__
    }
    assert nameless == set()
