/* SPDX-License-Identifier: ISC */
/*
 * src/sodium_lean.c: for static programs alone, which have a budget of size.  sodium_init()
 * picks the fastest code for every primitive of libsodium and so links all of them, some 95 KiB
 * that nobody here calls.  These stand in for the pickers of those that the programs do not
 * use.  Nothing can go wrong unseen: who uses one of them after all pulls in the file that has the
 * real picker, and the link fails for a symbol that is there twice.
 */
int _crypto_generichash_blake2b_pick_best_implementation(void);
int _crypto_onetimeauth_poly1305_pick_best_implementation(void);
int _crypto_pwhash_argon2_pick_best_implementation(void);
int _crypto_scalarmult_curve25519_pick_best_implementation(void);
int _crypto_stream_salsa20_pick_best_implementation(void);

int _crypto_generichash_blake2b_pick_best_implementation(void)
{
	return 0;
}

int _crypto_onetimeauth_poly1305_pick_best_implementation(void)
{
	return 0;
}

int _crypto_pwhash_argon2_pick_best_implementation(void)
{
	return 0;
}

int _crypto_scalarmult_curve25519_pick_best_implementation(void)
{
	return 0;
}

int _crypto_stream_salsa20_pick_best_implementation(void)
{
	return 0;
}
