"""The fee formula as people edit it: a sheet of lines, read from a recipe or from what was typed, and turned into a recipe again."""
