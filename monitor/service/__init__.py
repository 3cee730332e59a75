"""Puts the parts together."""

from monitor.service.seamark import Seamark

__all__ = ["Seamark"]
