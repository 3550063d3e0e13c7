"""Sheets: files of rows and cells in every format that people keep numbers in, and the signals found in them."""

from ingest.connector.sheet.cell import Book, Cells, Row
from ingest.connector.sheet.delimited import Text, is_ended
from ingest.connector.sheet.table import Manner, Tables, TableSettings
from ingest.connector.sheet.workbook import opened, patiently

__all__ = ["Book", "Cells", "Manner", "Row", "TableSettings", "Tables", "Text", "is_ended", "opened", "patiently"]
