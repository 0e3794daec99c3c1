"""Reports: the barometer (晴雨表), weekly sums and what may honestly be said of them."""
