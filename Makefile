# SPDX-License-Identifier: GPL-2.0
# xt_sip: `make help` says what can be made.

VERSION := $(shell cat VERSION)

# The kernel to build for: KDIR (its build tree), else KVER (its release), else
# the running kernel if its headers are here, else the newest that are.
KVER ?= $(or $(notdir $(patsubst %/build,%,$(wildcard \
	/lib/modules/$(shell uname -r)/build))),$(shell ls -d \
	/lib/modules/*/build 2>/dev/null | cut -d/ -f4 | sort -V | tail -n 1))
KDIR ?= /lib/modules/$(KVER)/build

DESTDIR ?=
MANDIR ?= /usr/local/share/man/man8
XTLIBDIR ?= $(shell pkg-config --variable=xtlibdir xtables)

all: module plugin

help:
	@echo 'make               build the kernel module and the iptables plugin'
	@echo 'make install       install both, as root (DESTDIR= for packages)'
	@echo 'make uninstall     remove both'
	@echo 'make demo          see it stop a scanner, in a virtual machine'
	@echo 'make detect        the detection benchmark (about ten minutes)'
	@echo 'make check         all tests, most of them in a virtual machine'
	@echo 'make check-unit    those that need none'
	@echo 'make check-uml     many of them in User Mode Linux with KASAN (fast)'
	@echo 'make check-debug   all in kernels with KASAN, KCSAN, lockdep (hours)'
	@echo 'make soak          everything at once, with calls that must not be'
	@echo '                   lost; MINUTES=, default 5'
	@echo 'make bench         what rulesets cost a packet, ours and others'
	@echo '                   (about six minutes)'
	@echo 'make cost          what crafted messages cost, in instructions'
	@echo 'make fuzz          fuzzers of what reads packets and rules;'
	@echo '                   TIME=seconds for each, default 60'
	@echo 'make style         checkpatch, sparse, shellcheck, kernel-doc'
	@echo 'make clean         remove what was built'
	@echo
	@echo 'KVER=release or KDIR=directory choose the kernel; now:'
	@echo '  $(KDIR)'

$(KDIR)/Makefile:
	@echo "No kernel headers in $(KDIR)." >&2
	@echo "Install them (Debian: apt install linux-headers-amd64)" \
		"or give KDIR=directory or KVER=release." >&2
	@exit 1

# kbuild prints what it does; it needs no goals but "modules".
module: $(KDIR)/Makefile
	$(MAKE) -C $(KDIR) M=$(CURDIR) $(KFLAGS) modules

plugin:
	$(MAKE) -C xtables

install: module plugin
	$(MAKE) -C $(KDIR) M=$(CURDIR) INSTALL_MOD_DIR=updates \
		$(if $(DESTDIR),INSTALL_MOD_PATH=$(DESTDIR)) modules_install
	install -d $(DESTDIR)$(XTLIBDIR)
	install -m 0644 xtables/libxt_sip.so $(DESTDIR)$(XTLIBDIR)/
	install -D -m 0644 xtables/libxt_sip.man $(DESTDIR)$(MANDIR)/xt_sip.8
	$(if $(DESTDIR),,depmod $(MODULE_RELEASE))
	@echo
	@echo 'Installed xt_sip $(VERSION):'
	@echo '  module  $(DESTDIR)/lib/modules/$(MODULE_RELEASE)/updates/xt_sip.ko'
	@echo '  plugin  $(DESTDIR)$(XTLIBDIR)/libxt_sip.so'
	@echo '  manual  $(DESTDIR)$(MANDIR)/xt_sip.8'
	@echo 'The module loads with the first rule. Try: iptables -m sip --help'

# What uname -r will say; Debian's `make kernelrelease` says something else.
MODULE_RELEASE = $(shell sed -n 's/^.define UTS_RELEASE "\(.*\)"/\1/p' \
	$(KDIR)/include/generated/utsrelease.h)

uninstall:
	rm -f $(DESTDIR)$(XTLIBDIR)/libxt_sip.so $(DESTDIR)$(MANDIR)/xt_sip.8
	rm -f $(DESTDIR)/lib/modules/$(MODULE_RELEASE)/updates/xt_sip.ko*
	$(if $(DESTDIR),,depmod $(MODULE_RELEASE))
	@echo 'Removed xt_sip. A loaded module stays until: rmmod xt_sip'

clean:
	$(MAKE) -C xtables clean
	$(MAKE) -C tests/unit clean
	rm -f *.o *.ko *.mod *.mod.c .*.cmd Module.symvers modules.order
	rm -f kernel/*.o kernel/.*.cmd
	rm -rf build

demo:
	demo/run

detect:
	detect/run

check:
	tests/check

check-unit:
	tests/check unit

# These kernels are built once, see tests/vm/build-kernel.
check-uml:
	tests/install-packages
	tests/vm/build-kernel uml
	tests/check uml

check-debug:
	tests/install-packages
	tests/vm/build-kernel kasan
	tests/vm/build-kernel kcsan
	tests/check debug

MINUTES = 5

soak:
	tests/install-packages
	tests/vm/soak/in-vm $(MINUTES)

bench:
	tests/install-packages
	bench/run

cost:
	tests/check cost

style:
	tests/check style

# Not what the environment has for time(1).
TIME = 60

fuzz:
	tests/fuzz/run $(TIME)

.PHONY: all help module plugin install uninstall clean demo detect check
.PHONY: check-unit check-uml check-debug soak bench cost style fuzz
