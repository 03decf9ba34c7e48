"""Animal hospitals: the public register read and stored, and found by place and species.

register   the published CSV, row by row          (pure Python)
places     provinces, districts, area codes       (pure Python)
phones     telephone numbers in one form          (pure Python)
projection Korean grid coordinates to degrees     (pyproj)
shipped    the compact table that comes along     (pure Python)
loading    a register into the database
marks      what the register does not say: 24 hours, exotic pets
search     nearest, and by a typed place
results    what a search returns
"""
