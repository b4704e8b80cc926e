"""Figures: load rows, call analysis, return dataclasses. Shared by web, API, exports and mail."""
