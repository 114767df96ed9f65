/* SPDX-License-Identifier: GPL-2.0 */
/* Fake of linux/sctp.h: what the tested files of kernel/ need of it. */
#ifndef _FAKE_SCTP_H
#define _FAKE_SCTP_H

#include <linux/types.h>

enum {
	SCTP_CID_DATA = 0,
	SCTP_CID_I_DATA = 0x40,
	SCTP_DATA_NOT_FRAG = 3,
};

struct sctphdr {
	__be16 source;
	__be16 dest;
	__be32 vtag;
	__le32 checksum;
};

struct sctp_chunkhdr {
	__u8 type;
	__u8 flags;
	__be16 length;
};

struct sctp_data_chunk {
	struct sctp_chunkhdr chunk_hdr;
	__be32 words[3];
};

struct sctp_idata_chunk {
	struct sctp_chunkhdr chunk_hdr;
	__be32 words[4];
};

#endif /* _FAKE_SCTP_H */
