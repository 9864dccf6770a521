"""What billing asks the database: the facts of a chunk of units, the prices of a building, the board of a period, the review of a run."""

from app.runs.queries.board import (
    Board,
    FaultCount,
    Review,
    biggest_changes,
    board_of,
    boards_of,
    period_of_run,
    review_of,
    services_of_office,
)

__all__ = ["Board", "FaultCount", "Review", "biggest_changes", "board_of", "boards_of", "period_of_run", "review_of", "services_of_office"]
