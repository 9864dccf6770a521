"""Fields of the office's own 參數內容(可增減) (B6.4): optional fields that an office does not use are hidden, and it names up to five
text fields of its own where a table has places for them (``OwnTexts``).

``models``: what is stored. ``reading``: what holds for one office. ``operations``: changing it. ``views``: the settings page. How lists,
record pages and forms follow is in ``app.foundation.views.fitting``; a view declares ``hideable`` and nothing else.
"""
