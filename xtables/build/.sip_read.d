build/sip_read.o: sip_read.c ../kernel/sip_names.h ../kernel/sip_port.h \
 ../kernel/uapi/linux/netfilter/xt_sip.h sip_read.h ../kernel/sip_info.h \
 ../kernel/sip_text.h
