using System.Numerics.Tensors;

namespace DaprMemory.Core.Embeddings;

/// <summary>One layer of the encoder: attention among the tokens of each text, then two dense layers for each token, each added to what went in.</summary>
internal sealed class TransformerLayer
{
    const int Heads = 4;

    readonly LayerNorm _attentionNorm;
    readonly DenseLayer _queriesKeysValues;
    readonly DenseLayer _attended;
    readonly DenseLayer? _residual;
    readonly LayerNorm _forwardNorm;
    readonly DenseLayer _expand;
    readonly DenseLayer _contract;
    readonly int _inputs;
    readonly int _outputs;

    /// <param name="weights">The model's weights.</param>
    /// <param name="number">Which layer, from 0.</param>
    /// <param name="inputs">Numbers that go in for each token.</param>
    /// <param name="outputs">Numbers that come out for each token.</param>
    public TransformerLayer(ModelWeights weights, int number, int inputs, int outputs)
    {
        (_inputs, _outputs) = (inputs, outputs);
        const int wide = 1536;
        var layer = $"Encoder_en/KonaTransformer/Encode/Layer_{number}/TransformerLayer";
        var constants = $"module_apply_default/{layer}";
        var stacked = $"module_apply_default/Encoder_en/KonaTransformer/Encode/TransformerStack/Layer_{number}/TransformerLayer";
        const string whole = "ConcatPartitions/concat";
        _attentionNorm = Norm("layer_prepostprocess", inputs);
        _queriesKeysValues = new DenseLayer(
            weights[$"module/{layer}/MultiheadAttention/qkv_transform_single/kernel/part_0", inputs, 3 * inputs],
            weights[$"{constants}/MultiheadAttention/qkv_transform_single/bias/{whole}", 3 * inputs]);
        _attended = new DenseLayer(
            weights[$"module/{layer}/MultiheadAttention/output_transform_single/kernel/part_0", inputs, outputs],
            weights[$"{constants}/MultiheadAttention/output_transform_single/bias/{whole}", outputs]);
        _residual = inputs == outputs
            ? null
            : new DenseLayer(weights[$"{constants}/dense/kernel/{whole}", inputs, outputs], weights[$"{constants}/dense/bias/{whole}", outputs]);
        _forwardNorm = Norm("FFN/layer_prepostprocess", outputs);
        _expand = new DenseLayer(weights[$"{stacked}/FFN/conv1/Tensordot/Reshape_1", outputs, wide], weights[$"{constants}/FFN/conv1/bias/{whole}", wide]);
        _contract = new DenseLayer(weights[$"{stacked}/FFN/conv2/Tensordot/Reshape_1", wide, outputs], weights[$"{constants}/FFN/conv2/bias/{whole}", outputs]);

        LayerNorm Norm(string name, int size) => new(
            weights[$"{constants}/{name}/layer_norm/layer_norm_scale/{whole}", size], weights[$"{constants}/{name}/layer_norm/layer_norm_bias/{whole}", size]);
    }

    /// <summary>Numbers that lie between the two dense layers for each token: the most that any step needs.</summary>
    public int Widest => _expand.Outputs;

    /// <summary>Runs the layer over the tokens of some texts.</summary>
    /// <param name="ends">Where each text ends.</param>
    /// <param name="tokens">What goes in, and then what comes out, token after token.</param>
    /// <param name="wide">Room for <see cref="Widest"/> numbers a token.</param>
    /// <param name="narrow">Room for as many numbers a token as come out.</param>
    public void Run(ReadOnlySpan<int> ends, Span<float> tokens, Span<float> wide, Span<float> narrow)
    {
        var count = ends[^1];
        _attentionNorm.Apply(count, tokens, narrow);
        _queriesKeysValues.Multiply(count, narrow, wide);
        var begin = 0;
        foreach (var end in ends)
        {
            Attend(end - begin, wide[(begin * 3 * _inputs)..], narrow[(begin * _inputs)..]);
            begin = end;
        }
        _attended.Multiply(count, narrow, wide);
        if (_residual is { } residual)
        {
            residual.Multiply(count, tokens, narrow);
            narrow[..(count * _outputs)].CopyTo(tokens);
        }
        var output = tokens[..(count * _outputs)];
        TensorPrimitives.Add(output, wide[..output.Length], output);

        _forwardNorm.Apply(count, output, narrow);
        _expand.Multiply(count, narrow, wide);
        var expanded = wide[..(count * Widest)];
        TensorPrimitives.Max(expanded, 0, expanded);
        _contract.Multiply(count, expanded, narrow);
        TensorPrimitives.Add(output, narrow[..output.Length], output);
    }

    /// <summary>Gives each token of one text the sum of all its tokens' values, weighted by how well their keys fit its query.</summary>
    void Attend(int count, ReadOnlySpan<float> queriesKeysValues, Span<float> output)
    {
        var stride = 3 * _inputs;
        var size = _inputs / Heads;
        var scale = 1 / MathF.Sqrt(size);
        Span<float> weights = stackalloc float[UniversalSentenceEncoder.MaxTokens];
        weights = weights[..count];
        for (var head = 0; head < Heads; head++)
        {
            for (var token = 0; token < count; token++)
            {
                var query = queriesKeysValues.Slice(token * stride + head * size, size);
                for (var other = 0; other < count; other++)
                    weights[other] = scale * TensorPrimitives.Dot(query, queriesKeysValues.Slice(other * stride + _inputs + head * size, size));
                TensorPrimitives.SoftMax(weights, weights);
                var sum = output.Slice(token * _inputs + head * size, size);
                sum.Clear();
                for (var other = 0; other < count; other++)
                    TensorPrimitives.MultiplyAdd(queriesKeysValues.Slice(other * stride + 2 * _inputs + head * size, size), weights[other], sum, sum);
            }
        }
    }
}
