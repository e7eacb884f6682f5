"""Entry points, and the streams behind them."""
