build/sip_info.o: ../kernel/sip_info.c ../kernel/sip_info.h \
 ../kernel/sip_port.h ../kernel/uapi/linux/netfilter/xt_sip.h \
 ../kernel/sip_rate.h ../kernel/sip_text.h
