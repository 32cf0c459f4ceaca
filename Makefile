# For developers. People who only run Common Thread need python3 manage.py demo, test and serve.
MANAGE = python3 manage.py

.PHONY: check test demo screenshots lock

check:        ## everything that CI holds against a change, except the tests
	$(MANAGE) gates

test:         ## set up and pass every test; make test ARGS="tests/rounds -x"
	$(MANAGE) test $(ARGS)

demo:         ## a living rehearsal on this machine
	$(MANAGE) demo

screenshots:  ## every screen at three widths in both themes
	$(MANAGE) screenshots

lock:         ## renew the hash-locked requirements after a change to a .in file
	requirements/lock
