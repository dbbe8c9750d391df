"""Everything that the tests, the benchmarks and scripts/cluster start: Redis, workers, nginx, providers, browsers, pods.

`processes`, `ports`, `redis`, `nginx` and the `local_*` modules need nothing but Python: scripts/cluster runs with them in
a checkout where no package is installed. The others may import what Tests/requirements.txt names.
"""
