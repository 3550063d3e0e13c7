"""How good the forecast is: back-tests on real and simulated series, and the bars that it is held to."""
