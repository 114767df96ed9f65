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
PREFIX ?= /usr/local
MANDIR ?= $(PREFIX)/share/man/man8
SBINDIR ?= $(PREFIX)/sbin
LIBEXECDIR ?= $(PREFIX)/libexec/xt-sip
COMPLETIONDIR ?= $(PREFIX)/share/bash-completion/completions
UNITDIR ?= $(PREFIX)/lib/systemd/system
XTLIBDIR ?= $(shell pkg-config --variable=xtlibdir xtables)

all: module plugin nft

help:
	@echo 'make                 build the module, the iptables plugin and nft-sip'
	@echo 'make install         install them, as root (DESTDIR= for packages)'
	@echo 'make uninstall       remove them'
	@echo 'make demo            see it stop a scanner, in a virtual machine'
	@echo 'make check           the everyday tests (15 minutes); SUITE=all for all'
	@echo '                     (also make check-all, an hour), SUITE=unit, style,'
	@echo '                     fuzz, vm, uml, debug or any name in tests/check;'
	@echo '                     what each proves: tests/README.md'
	@echo 'make check-servers   the parser against Asterisk, Kamailio, FreeSWITCH;'
	@echo '                     N=messages for each, default 100000'
	@echo 'make check-kernels   builds for all kernels of Debian, tests in four'
	@echo 'make check-packages  the packages, in machines with Debian 12 and 13'
	@echo 'make soak            everything at once for MINUTES= (5); no call is lost'
	@echo 'make detect          what rulesets catch, in a table (an hour)'
	@echo 'make bench           what rulesets cost a packet (six minutes);'
	@echo '                     BENCH=flood, parser or cpus for others'
	@echo 'make deb             Debian packages, in build/deb'
	@echo 'make rpm             RPM packages, in build/rpm'
	@echo 'make clean           remove what was built'
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

nft:
	$(MAKE) -C nft

install: install-module install-user
	@echo
	@echo 'Installed xt_sip $(VERSION):'
	@echo '  module  $(DESTDIR)/lib/modules/$(MODULE_RELEASE)/updates/xt_sip.ko'
	@echo '  plugin  $(DESTDIR)$(XTLIBDIR)/libxt_sip.so'
	@echo '  nft     $(DESTDIR)$(SBINDIR)/nft-sip'
	@echo '  manual  $(DESTDIR)$(MANDIR)/xt_sip.8, nft-sip.8'
	@echo '  unit    $(DESTDIR)$(UNITDIR)/nft-sip.service'
	@echo 'The module loads with the first rule. Try: iptables -m sip --help'

install-module: module
	$(MAKE) -C $(KDIR) M=$(CURDIR) INSTALL_MOD_DIR=updates \
		$(if $(DESTDIR),INSTALL_MOD_PATH=$(DESTDIR)) modules_install
	$(if $(DESTDIR),,depmod $(MODULE_RELEASE))

# What has nothing to do with a kernel's version.
install-user: plugin nft
	install -d $(DESTDIR)$(XTLIBDIR)
	install -m 0644 xtables/libxt_sip.so $(DESTDIR)$(XTLIBDIR)/
	install -D -m 0644 man/xt_sip.8 $(DESTDIR)$(MANDIR)/xt_sip.8
	install -D -m 0755 nft/nft-sip $(DESTDIR)$(SBINDIR)/nft-sip
	install -D -m 0644 nft/nft-sip.8 $(DESTDIR)$(MANDIR)/nft-sip.8
	install -D -m 0644 nft/nft-sip.service \
		$(DESTDIR)$(UNITDIR)/nft-sip.service
	install -D -m 0644 nft/nft-sip.bash-completion \
		$(DESTDIR)$(COMPLETIONDIR)/nft-sip

# Bans that outlive a reboot: of the packages, so not of `make install`.
install-bans:
	install -D -m 0755 packaging/systemd/bans $(DESTDIR)$(LIBEXECDIR)/bans
	install -d $(DESTDIR)$(UNITDIR)
	sed 's|/usr/libexec/xt-sip|$(LIBEXECDIR)|' packaging/systemd/xt-sip-bans.service \
		>$(DESTDIR)$(UNITDIR)/xt-sip-bans.service

# What uname -r will say; Debian's `make kernelrelease` says something else.
MODULE_RELEASE = $(shell sed -n 's/^.define UTS_RELEASE "\(.*\)"/\1/p' \
	$(KDIR)/include/generated/utsrelease.h)

uninstall:
	rm -f $(DESTDIR)$(XTLIBDIR)/libxt_sip.so $(DESTDIR)$(MANDIR)/xt_sip.8
	rm -f $(DESTDIR)$(SBINDIR)/nft-sip $(DESTDIR)$(MANDIR)/nft-sip.8
	rm -f $(DESTDIR)$(UNITDIR)/nft-sip.service
	rm -f $(DESTDIR)$(COMPLETIONDIR)/nft-sip
	rm -f $(DESTDIR)/lib/modules/$(MODULE_RELEASE)/updates/xt_sip.ko*
	$(if $(DESTDIR),,depmod $(MODULE_RELEASE))
	@echo 'Removed xt_sip. A loaded module stays until: rmmod xt_sip'

clean:
	$(MAKE) -C xtables clean
	$(MAKE) -C nft clean
	$(MAKE) -C tests/unit clean
	rm -f *.o *.ko *.mod *.mod.c .*.cmd Module.symvers modules.order
	rm -f kernel/*.o kernel/.*.cmd kernel/sip/*.o kernel/sip/.*.cmd
	rm -rf build

demo:
	demo/run

# ---- Tests ----

# Names of steps or groups of tests/check; none are the everyday tests.
SUITE =

check:
	tests/check $(SUITE)

check-all:
	tests/check all

check-unit check-style check-fuzz check-cost:
	tests/check $(@:check-%=%)

# The kernels of these are built once, see tests/vm/build-kernel.
check-uml:
	tests/install-packages
	tests/vm/build-kernel uml
	tests/check uml

check-debug:
	tests/install-packages
	tests/vm/build-kernel kasan
	tests/vm/build-kernel kcsan
	tests/check debug

# Messages for each server.
N = 100000

check-servers:
	tests/install-packages
	tests/servers/run -j 2 -n $(N)

check-kernels:
	tests/install-packages
	tests/nft/newest
	tests/kernels/run

check-packages:
	tests/install-packages
	tests/packaging/build-and-install

MINUTES = 5

soak:
	tests/install-packages
	tests/soak/in-vm $(MINUTES)

# Seconds for each fuzzer; not what the environment has for time(1).
TIME = 60

fuzz:
	tests/fuzz/run $(TIME)

style cost:
	tests/check $@

# ---- Benchmarks ----

detect:
	bench/detect/run

# flood, parser or cpus; none is the cost of rulesets.
BENCH =

bench:
	tests/install-packages
	bench/$(if $(BENCH),$(BENCH)/)run

bench-flood bench-parser bench-cpus:
	tests/install-packages
	bench/$(@:bench-%=%)/run

# ---- Packages ----

deb:
	packaging/build-deb

rpm:
	packaging/build-rpm

.PHONY: all help module plugin nft install uninstall clean demo
.PHONY: install-module install-user install-bans deb rpm
.PHONY: check check-all check-unit check-style check-fuzz check-cost check-uml
.PHONY: check-debug check-servers check-kernels check-packages soak fuzz style
.PHONY: cost detect bench bench-flood bench-parser bench-cpus
