build/sip_names.o: ../kernel/sip_names.c ../kernel/sip_names.h \
 ../kernel/sip_port.h ../kernel/uapi/linux/netfilter/xt_sip.h
