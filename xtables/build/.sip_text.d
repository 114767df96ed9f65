build/sip_text.o: ../kernel/sip_text.c ../kernel/sip_text.h \
 ../kernel/sip_port.h
