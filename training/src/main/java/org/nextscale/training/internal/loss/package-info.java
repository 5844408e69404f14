/** What a tokenizer's images are judged by besides their pixels: features of a network, and an adversary. */
package org.nextscale.training.internal.loss;
