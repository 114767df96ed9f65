# SPDX-License-Identifier: GPL-2.0
# Makes each header that the files which read packets include of the kernel one
# that includes packet.h. BUILD says where.
PACKET := $(addprefix $(BUILD)/packet/,net/ip.h net/ipv6.h \
	$(addprefix linux/,atomic.h cache.h local_lock.h percpu.h sched.h \
	sctp.h skbuff.h u64_stats_sync.h))
PACKET_CFLAGS := -I$(BUILD)/packet -I../unit/fake

$(PACKET):
	mkdir -p $(@D)
	echo '#include "packet.h"' >$@
