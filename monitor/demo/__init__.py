"""The demo: real flights, a model trained on the first quarter of 2013, and Seamark watching it age."""

from monitor.demo.story import tell as run_demo

__all__ = ["run_demo"]
