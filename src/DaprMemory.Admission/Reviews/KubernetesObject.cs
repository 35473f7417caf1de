using System.Text.Json;

namespace DaprMemory.Admission.Reviews;

/// <summary>Of an object what rules look at.</summary>
/// <param name="Metadata">Its name, labels and annotations.</param>
/// <param name="Spec">What it is to be.</param>
/// <param name="Scopes">Of Dapr's kinds: the apps that it is for.</param>
internal sealed record KubernetesObject(ObjectMetadata? Metadata, JsonElement Spec, IReadOnlyList<string>? Scopes);

/// <summary>An object's name, labels and annotations.</summary>
internal sealed record ObjectMetadata(string? Name, IReadOnlyDictionary<string, string>? Labels, IReadOnlyDictionary<string, string>? Annotations)
{
    public string? Label(string name) => Labels?.GetValueOrDefault(name);

    public string? Annotation(string name) => Annotations?.GetValueOrDefault(name);
}
