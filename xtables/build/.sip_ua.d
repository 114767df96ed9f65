build/sip_ua.o: sip_ua.c ../kernel/sip_text.h ../kernel/sip_port.h \
 sip_ua.h ../kernel/sip_info.h ../kernel/uapi/linux/netfilter/xt_sip.h
