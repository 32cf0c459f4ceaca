# For developers. People who only run Common Thread need python3 manage.py demo, test and serve.
MANAGE = python3 manage.py

.PHONY: check test test-scale soak anonymity demo screenshots walk bench bench-years bench-themes lock

check:        ## everything that CI holds against a change, except the tests
	$(MANAGE) gates

test:         ## set up and pass every test; make test ARGS="tests/rounds -x"
	$(MANAGE) test $(ARGS)

test-scale:   ## on PostgreSQL and Redis or Valkey, in several processes; installs nothing unless you are root on Debian
	$(MANAGE) test --scale $(ARGS)

soak:         ## hours of faults on both databases: kills, locks, bad lines, races, sleep; make soak ARGS="-k kill"
	COMMON_THREAD_SOAK=1 $(MANAGE) test tests/faults tests/browser/test_waking.py $(ARGS)
	COMMON_THREAD_SOAK=1 $(MANAGE) test --scale tests/faults tests/scale/test_layer.py $(ARGS)

anonymity:    ## try to find out who wrote what, on both databases, and write docs/anonymity-report.md; half an hour
	COMMON_THREAD_LINKAGE=60 $(MANAGE) test tests/linkage $(ARGS)
	COMMON_THREAD_LINKAGE=60 $(MANAGE) test --scale tests/linkage $(ARGS)

demo:         ## a living rehearsal on this machine
	$(MANAGE) demo

screenshots:  ## every screen at three widths in both themes
	$(MANAGE) screenshots

walk:         ## look for each of the founding paper's 45 statements on the running product, with pictures; docs/walk.md
	$(MANAGE) walk

bench:        ## measure the live layer beside its peers; make bench ARGS="--quick --only steady_200"
	$(MANAGE) bench $(ARGS)

bench-years:  ## how long each list and chart takes in a programme of ten years; make bench-years ARGS="--looks 100"
	$(MANAGE) bench --years $(ARGS)

bench-themes: ## judge the proposed groups beside their peers, in an environment of its own; make bench-themes ARGS="--samples 4"
	test -x var/themes-bench/bin/python || python3 -m venv var/themes-bench
	var/themes-bench/bin/python -m pip install --quiet --require-hashes -r requirements/themes-bench.txt
	var/themes-bench/bin/python -m benchmarks.themes $(ARGS)

lock:         ## renew the hash-locked requirements after a change to a .in file
	requirements/lock
