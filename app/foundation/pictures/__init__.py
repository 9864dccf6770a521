"""Pictures of every page, at the widths of a counter and of a telephone, light and dark: ``run.py screenshots``.

``pages`` knows from the application's own addresses which pages there are, so a new page is in by itself; ``taking`` opens them in a
browser and notes what is wrong; ``serving`` starts an installation to take them from; ``sheet`` writes them down beside each other.
"""
