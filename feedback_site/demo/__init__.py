"""The demo: two invented halls with twelve weeks behind them, told through the services (`story.seed`).

The one package that may use every app: it plays all the people who do.
"""
