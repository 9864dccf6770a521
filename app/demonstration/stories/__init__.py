"""Stories that happen to lines: each begins on a day with cover, tells its events, and leaves the line where its life goes on.

A story that leads somewhere for good (a suspension still under way, a closure) ends the life's payments.
"""

from app.demonstration.stories.changing import lending
from app.demonstration.stories.leaving import closed_by_house, closed_with_damage
from app.demonstration.stories.resting import cut_for_arrears, spared
from app.demonstration.stories.table import CHANCES, TOLD, Story, Tell
from app.demonstration.stories.telling import checking

__all__ = ["CHANCES", "TOLD", "Story", "Tell", "checking", "closed_by_house", "closed_with_damage", "cut_for_arrears", "lending", "spared"]
