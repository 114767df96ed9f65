build/libxt_sip.o: libxt_sip.c ../kernel/sip_info.h ../kernel/sip_port.h \
 ../kernel/uapi/linux/netfilter/xt_sip.h ../kernel/sip_names.h \
 ../kernel/sip_rate.h sip_read.h ../kernel/sip_text.h sip_ua.h
