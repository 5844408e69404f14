/** The scale loop on the GPU: from the transformer's logits to codes, f̂ and the next scale's input. */
package org.nextscale.backend.cuda.internal.loop;
