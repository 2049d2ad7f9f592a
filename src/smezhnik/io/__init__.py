"""Reading and writing of files, all faults of a file at once.

Texts come out canonical: no blanks around, LF between lines, no control characters; an empty cell or a lone dash is
absent. What is canonical and written is read back without change from every kind of file.
"""

from __future__ import annotations

from smezhnik.io.atomic import atomic, name_beside, readable_name, write_text
from smezhnik.io.loaded import Loaded
from smezhnik.io.read import Ways, check_table, read_table
from smezhnik.io.recipe import Recipe, read_recipe, recipe_of, save_recipe
from smezhnik.io.returned import write_faults
from smezhnik.io.template import write_template, write_templates
from smezhnik.io.write import find_kind_to_write, write_table

__all__ = [
    "Loaded", "Recipe", "Ways", "atomic", "check_table", "find_kind_to_write", "name_beside", "read_recipe",
    "read_table", "readable_name", "recipe_of", "save_recipe", "write_faults", "write_table",
    "write_template", "write_templates", "write_text",
]
