"""Showing: charts, pages and workbooks made from tables."""
