using System.Text.Json.Serialization;

namespace DaprMemory.Admission.Reviews;

/// <summary>How the webhook reads and writes JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AdmissionReview))]
[JsonSerializable(typeof(KubernetesObject))]
internal sealed partial class AdmissionJsonContext : JsonSerializerContext;
