/** The conformance check: what a backend computes against what the reference implementation computed. */
package org.nextscale.engine.internal.verify;
