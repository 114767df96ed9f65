/* SPDX-License-Identifier: GPL-2.0 */
/* Numbers the types of values as nft does; declarations of sets carry them. */
#ifndef _NFT_DATATYPE_H
#define _NFT_DATATYPE_H

#define TYPE_IPADDR		7	/* ipv4_addr */
#define TYPE_IP6ADDR		8	/* ipv6_addr */
#define TYPE_INET_SERVICE	13
#define TYPE_IFNAME		41

#endif /* _NFT_DATATYPE_H */
